from __future__ import annotations

from django.urls import path, re_path

from accounts.records import tile_views, views

app_name = "log"
_SHARD = r"(?P<shard>[0-9]{4}(?:-[0-9]{1,9})?)"
urlpatterns = [
    path("", views.shards, name="shards"),
    path("checkpoint", tile_views.checkpoint, name="checkpoint"),
    path("tile/<path:path>", tile_views.tile, name="tile"),
    re_path(rf"^{_SHARD}/checkpoint$", tile_views.checkpoint, name="shard_checkpoint"),
    re_path(rf"^{_SHARD}/tile/(?P<path>.+)$", tile_views.tile, name="shard_tile"),
]
