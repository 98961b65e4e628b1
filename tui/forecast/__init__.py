"""The second tab of the Simulator screen: forecasts, and plans compared."""
