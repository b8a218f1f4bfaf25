"""准入: what a candidate's browser must show: access code, addresses, Safe Exam Browser. Launch links."""
