# Draws docs/energy-by-use.svg from the figures of a comparison, in the order of the columns:
#
#   cargo run --release -- compare scenarios/phoenix-air.toml scenarios/phoenix-immersion.toml \
#       scenarios/dublin-air.toml scenarios/dublin-air-economizer.toml scenarios/dublin-immersion.toml -o five.csv
#   awk -f docs/energy-by-use.awk five.csv > docs/energy-by-use.svg
#
# Colours: Okabe and Ito's set for colour-blind readers. What both kinds of cooling need stands first, so that the
# part that only one of them needs is the rest of the bar.

BEGIN {
    FS = ","
    count = split("compute|network, storage|power supplies|electrical losses|pumps, outdoor fans|server fans|hall fans|chillers", name, "|")
    split("#b9bec6 #56b4e9 #8a93a0 #5b6472 #0072b2 #e69f00 #f0e442 #d55e00", fill, " ")
    split("#1f2328 #1f2328 #1f2328 #ffffff #ffffff #1f2328 #1f2328 #ffffff", ink, " ")
    bars = split("Phoenix|Phoenix|Dublin|Dublin|Dublin", place, "|")
    split("air|immersion|air|air, outdoor air|immersion", how, "|")
    split("chillers, economizer|towers|chillers, economizer|outdoor air, then chillers|dry coolers", plant, "|")
    # Which bar a bar is compared with: the one above it in the same place.
    split("0 1 0 3 4", first, " ")
    split("52 104 92 104 128 74 56 52", wide, " ")
    left = 186; scale = 3.75; top = 118; high = 34
    split("0 42 104 146 188", below, " ")
}
NR == 1 { next }
$1 == "energy_mwh" { for (c = 1; c <= bars; c++) mwh[$2, c] = $(c + 2) }
END {
    for (c = 1; c <= bars; c++) {
        part[1, c] = mwh["compute", c]
        part[2, c] = mwh["network", c] + mwh["storage", c] + mwh["other_it", c]
        part[3, c] = mwh["psu_losses", c]
        part[4, c] = mwh["electrical_losses", c]
        part[5, c] = mwh["pumps", c] + mwh["cdu_pumps", c] + mwh["heat_rejection_fans", c]
        part[6, c] = mwh["server_fans", c]
        part[7, c] = mwh["hall_fans", c]
        part[8, c] = mwh["chillers", c]
    }
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 386\" width=\"960\" height=\"386\" role=\"img\" aria-labelledby=\"t d\""
    print "  font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif\" font-size=\"13\" fill=\"#1f2328\">"
    print "<title id=\"t\">Energy of a year by use: air and immersion in Phoenix and Dublin</title>"
    printf "<desc id=\"d\">"
    for (c = 1; c <= bars; c++) printf "%s %s %.1f GWh%s", place[c], how[c], mwh["facility", c] / 1e3, c < bars ? "; " : ".</desc>\n"
    # A card of its own: the same on white and on dark pages.
    print "<rect x=\"0.5\" y=\"0.5\" width=\"959\" height=\"385\" rx=\"8\" fill=\"#ffffff\" stroke=\"#d0d7de\"/>"
    print "<text x=\"20\" y=\"32\" font-size=\"18\" font-weight=\"600\">Electricity of a year by use, GWh</text>"
    print "<text x=\"20\" y=\"53\" fill=\"#59636e\">16,384 H100s, the same jobs in every bar. “Less” is less than the bar above. Dublin’s climate is synthetic.</text>"
    legend()
    bottom = top + below[bars] + high + 10
    for (gwh = 0; gwh <= 175; gwh += 25) {
        x = left + gwh * scale
        printf "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>\n", x, top - 8, x, bottom, gwh ? "#e4e8ec" : "#59636e"
        printf "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" font-size=\"12\" fill=\"#59636e\">%d%s</text>\n", x, bottom + 18, gwh, gwh < 175 ? "" : " GWh"
    }
    for (c = 1; c <= bars; c++) bar(c, top + below[c])
    print "</svg>"
}
function legend(    x, i) {
    x = 20
    for (i = 1; i <= count; i++) {
        printf "<rect x=\"%.1f\" y=\"72\" width=\"13\" height=\"13\" rx=\"2\" fill=\"%s\" stroke=\"#1f2328\" stroke-opacity=\"0.25\"/>", x, fill[i]
        printf "<text x=\"%.1f\" y=\"83\">%s</text>\n", x + 19, name[i]
        x += 19 + wide[i] + 10
    }
}
function bar(c, y,    x, i, width) {
    printf "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" font-size=\"14\"><tspan font-weight=\"600\">%s</tspan> %s</text>", left - 12, y + 15, place[c], how[c]
    printf "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" font-size=\"11.5\" fill=\"#59636e\">%s</text>\n", left - 12, y + 30, plant[c]
    x = left
    for (i = 1; i <= count; i++) {
        width = part[i, c] / 1e3 * scale
        if (width < 0.2) continue
        printf "<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%d\" fill=\"%s\" stroke=\"#ffffff\" stroke-width=\"0.8\"><title>%s: %.0f MWh</title></rect>", x, y, width, high, fill[i], name[i], part[i, c]
        if (width > 20) printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"11.5\" font-weight=\"600\" fill=\"%s\">%.1f</text>", x + width / 2, y + high / 2 + 4, ink[i], part[i, c] / 1e3
        print ""
        x += width
    }
    printf "<text x=\"%.1f\" y=\"%.1f\" font-size=\"14\" font-weight=\"600\">%.1f</text>\n", x + 8, y + (first[c] ? 15 : 22), mwh["facility", c] / 1e3
    if (first[c]) printf "<text x=\"%.1f\" y=\"%.1f\" font-size=\"12\" fill=\"#59636e\" stroke=\"#ffffff\" stroke-width=\"4\" paint-order=\"stroke\">%.1f GWh (%.1f %%) less</text>\n", x + 8, y + 30, (mwh["facility", first[c]] - mwh["facility", c]) / 1e3, 100 * (1 - mwh["facility", c] / mwh["facility", first[c]])
}
