"""Which certificates devices trust: deploying them, devices that lack trust (SSL Error 61), and verdicts on chains."""
