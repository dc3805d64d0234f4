"""Startups over the API: read only."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets

from startups.filters import StartupFilter
from startups.models import CaseStudy, Product, Startup


class ProductSerializer(serializers.ModelSerializer[Product]):
    class Meta:
        model = Product
        fields = ("name", "description")


class CaseStudySerializer(serializers.ModelSerializer[CaseStudy]):
    state = serializers.CharField(source="region.code", default=None)

    class Meta:
        model = CaseStudy
        fields = ("customer", "state", "summary", "result")


class StartupSerializer(serializers.ModelSerializer[Startup]):
    id = serializers.UUIDField(source="public_id")
    tags: serializers.RelatedField[Any, Any, Any] = serializers.SlugRelatedField(
        "name", many=True, read_only=True
    )
    service_states: serializers.RelatedField[Any, Any, Any] = serializers.SlugRelatedField(
        "code", source="service_regions", many=True, read_only=True
    )
    products = ProductSerializer(many=True)
    case_studies = CaseStudySerializer(many=True)

    class Meta:
        model = Startup
        fields = (
            "id",
            "slug",
            "name",
            "one_liner",
            "description",
            "website",
            "city",
            "founded_year",
            "team_size",
            "stage",
            "sells_to_government",
            "pilot_price",
            "service_states",
            "tags",
            "products",
            "case_studies",
        )


@extend_schema(tags=["startups"])
class StartupViewSet(viewsets.ReadOnlyModelViewSet[Startup]):
    """Companies that can answer what governments need."""

    serializer_class = StartupSerializer
    queryset = Startup.objects.active().with_profile().order_by("name")
    filterset_class = StartupFilter
    lookup_field = "slug"
    lookup_value_converter = "slug"
