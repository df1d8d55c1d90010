-- Nothing has told of an incident before: the table is made anew, with what alerts need.
DROP MACRO TABLE marts.incidents_as_of
