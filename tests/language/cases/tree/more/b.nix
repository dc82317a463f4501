{ place = "more only"; }
