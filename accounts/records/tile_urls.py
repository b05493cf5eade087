from __future__ import annotations

from django.urls import path

from accounts.records import tile_views

app_name = "log"
urlpatterns = [
    path("checkpoint", tile_views.checkpoint, name="checkpoint"),
    path("tile/<path:path>", tile_views.tile, name="tile"),
]
