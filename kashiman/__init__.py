"""The only place where everything meets: settings, application, worker, command line, demo city."""
