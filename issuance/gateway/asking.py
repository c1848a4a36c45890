"""What is sent to Stripe when a payment is asked for."""

from stripe.params import PaymentIntentConfirmParams, PaymentIntentCreateParams

from issuance.provider_model import PaymentOrder


def creation(order: PaymentOrder) -> PaymentIntentCreateParams:
    """How a payment is asked for; a card that is checked first is authenticated (3-D Secure) and only authorised."""
    params: PaymentIntentCreateParams = {
        "amount": order.amount_yen,
        "currency": "jpy",
        "allowed_payment_method_types": [order.method],
        "description": order.description,
        "metadata": {"purchase_id": str(order.purchase_id)},
    }
    if order.method == "konbini":
        params["payment_method_options"] = {
            "konbini": {
                "expires_after_days": order.expires_after_days,
                "product_description": order.description,
            }
        }
    elif order.checks_card:
        params["payment_method_options"] = {"card": {"capture_method": "manual", "request_three_d_secure": "any"}}
    return params


def confirmation(order: PaymentOrder) -> PaymentIntentConfirmParams:
    """Who a slip is for."""
    return {
        "payment_method_data": {
            "type": "konbini",
            "billing_details": {"name": order.billing_name or "", "email": order.billing_email or ""},
        },
    }
