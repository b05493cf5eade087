"""The invisible image watermark, measured: quality, recovery after attacks, false alarms, cost."""
