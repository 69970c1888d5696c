"""Albums that make themselves: trips and days, found by time and place and named from captions."""
