# gnuplot -e "data='scale.dat'; picture='scale.svg'" scale.gnuplot
set terminal svg size 720,400 font "sans-serif,13" background "white"
set output picture
set logscale x
set xlabel "silent connections that another process keeps open, and one"
set ylabel "from connecting to the whole page, ms"
set yrange [0:*]
set grid
set key left top
plot for [i=0:*] data index i using 1:2 with linespoints linewidth 2 title columnheader(1)
