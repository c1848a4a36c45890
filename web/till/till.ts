// What the shop's pages do beyond forms and links. Without this script every page still works.

import "./account-check.ts";
import "./amount.ts";
import "./charge.ts";
import "./feed.ts";
import "./keyboard-scanner.ts";
import "./paid.ts";
import "./poster-check.ts";
import "./practice.ts";
import "./send.ts";
import "./shown-code.ts";
import "./sound-switches.ts";
import "./without-script.ts";
