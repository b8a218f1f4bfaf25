"""现场教学线路: routes past places of remembrance, their stops in order, and a leaflet of each."""
