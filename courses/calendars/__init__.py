"""日历订阅: what was released of the timetable, for calendars on phones, by private addresses."""
