"""通知: what somebody is told, and its way out of the house."""
