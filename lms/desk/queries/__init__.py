"""What the desk shows, each within the sight of whoever looks: reads only."""
