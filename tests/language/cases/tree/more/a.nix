{ place = "more"; }
