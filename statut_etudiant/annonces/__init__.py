"""What the ministry tells everybody: banners, maintenance to come, news. Below the API, which keeps its windows."""
