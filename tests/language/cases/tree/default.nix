{ default = true; }
