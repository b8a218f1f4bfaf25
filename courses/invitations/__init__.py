"""授课邀请: asking an instructor to give a lesson, answered by link or QR code without an account."""
