// What the wallet's pages do beyond forms and links. Without this script every page still works.

import "../shared/send-once.ts";
import "./amount-pad.ts";
import "./code-screen.ts";
import "./favourites.ts";
import "./install.ts";
import "./offline.ts";
import "./paid-screen.ts";
import "./pay-form.ts";
import "./pending-payments.ts";
import "./scan-screen.ts";
import "./shop-map.ts";
import "./sound-choice.ts";
import "./turn-to-cashier.ts";
