"""The provider's endpoints, one file per endpoint or pair of them."""
