// Ways around for a browser without scripts are hidden by the style sheet once there is one with them.

document.documentElement.dataset.script = "on";
