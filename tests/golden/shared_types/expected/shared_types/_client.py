"""The client of shared_types. Made by topicwright from catalog/; do not edit."""

from shared_types import customers, orders


class SharedTypesClient(
    customers.CustomersTopics,
    orders.OrdersTopics,
):
    """Every topic of the catalog."""
