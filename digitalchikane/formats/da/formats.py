# As the time of day is written in Danish: 14.30. The rest is Django's own.
TIME_FORMAT = "H.i"
DATETIME_FORMAT = r"j. F Y \k\l. G.i"
