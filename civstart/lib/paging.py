"""Pages of a list, the same for every list of the API."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """50 rows a page, at most 100 when asked with page_size."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 100
