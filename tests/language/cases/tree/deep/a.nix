{ place = "deep"; }
