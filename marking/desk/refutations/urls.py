from __future__ import annotations

from django.urls import path

from marking.desk.refutations import views

app_name = "refutations"
urlpatterns = [path("<uuid:refutation>", views.page, name="page")]
