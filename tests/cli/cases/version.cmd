gigaflame --version | grep -Ec '^gigaflame [0-9]+\.[0-9]+\.[0-9]+$'
