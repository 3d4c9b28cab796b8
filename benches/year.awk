# A year of weather in the EPW format, made of sines: the same bytes everywhere, so that reading it is always the same work.
#   awk -f benches/year.awk > year.epw
BEGIN {
    print "LOCATION,Sines,-,USA,SYN,999999,40.00,-90.00,-6.0,200.0"
    print "DESIGN CONDITIONS,0"
    print "TYPICAL/EXTREME PERIODS,0"
    print "GROUND TEMPERATURES,0"
    print "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0"
    print "COMMENTS 1,made by benches/year.awk of coldaisle"
    print "COMMENTS 2,"
    print "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31"
    split("31 28 31 30 31 30 31 31 30 31 30 31", days)
    turn = 8 * atan2(1, 1)
    flags = "?9?9?9?9E0?9?9?9?9?9?9?9?9?9?9?9?9?9?9?9*9*9*9*9*9"
    for (month = 1; month <= 12; month++)
        for (day = 1; day <= days[month]; day++)
            for (hour = 1; hour <= 24; hour++) {
                n = 24 * past + hour
                season = -cos(turn * (n / 8760 - 0.05)); noon = -cos(turn * (hour - 3) / 24); front = sin(turn * n / 131)
                dry = 13 + 12 * season + 4 * noon + 4 * front
                rh = int(65 - 15 * noon - 10 * front)
                dew = dry - (100 - rh) / 5
                sun = noon + 0.4 * season; sun = sun > 0 ? int(600 * sun) : 0
                printf "2001,%d,%d,%d,0,%s,%.1f,%.1f,%d,%d,0,0,%d,%d,%d,%d,0,0,0,0,%d,%.1f,%d,%d,24.1,77777,9,999999999,%d,0.1000,0,88,0.200,0.0,1.0\n",
                    month, day, hour, flags, dry, dew, rh, 99000 + 600 * front, 300 + 3 * dry, sun, sun / 2, sun / 3,
                    int(180 + 120 * front), 3 + 2 * noon, int(5 + 4 * front), int(4 + 3 * front), int(15 + 10 * season)
                if (hour == 24) past++
            }
}
