"""The addresses of a site that has nothing but a desk for complaints."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import include, path

_desk = ([path("new", lambda request: HttpResponse(), name="new")], "complaints")
urlpatterns = [path("complaints/", include(_desk))]
