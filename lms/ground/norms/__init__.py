"""政策参数: quotas, rates and thresholds with their legal basis and their dates."""
