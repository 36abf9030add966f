"""The KPIs for the DataFrame API of the PyPI package `datafusion`.

Made from the declarations: KPI_SQL_WRITE_DOCS=1 cargo test --test it manual:: writes it anew.
"""

from typing import TypeAlias, overload

from datafusion import Expr

#: Numbers stand for themselves.
Argument: TypeAlias = Expr | bool | int | float
#: And so do texts, where a function takes the name of a KPI.
Value: TypeAlias = Argument | str

def cross_sell_rate(customer: Argument, is_cross_sell_or_product: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of customers who bought more than one product, or who have at least one cross-sell."""

def cross_sell_rate_parts(customer: Argument, is_cross_sell_or_product: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of cross_sell_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def cross_sell_rate_state(customer: Argument, is_cross_sell_or_product: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of cross_sell_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def cross_sell_ratio(is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of transactions that are cross-sells."""

@overload
def cross_sell_ratio(transaction: Argument, is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of transactions that are cross-sells."""

@overload
def cross_sell_ratio_parts(is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of cross_sell_ratio and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def cross_sell_ratio_parts(transaction: Argument, is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of cross_sell_ratio and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def cross_sell_ratio_state(is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of cross_sell_ratio as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def cross_sell_ratio_state(transaction: Argument, is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of cross_sell_ratio as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def cross_sell_revenue(amount: Argument, is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The revenue of cross-sells: of rows with the flag, or of products outside each customer's initial basket."""

@overload
def cross_sell_revenue(customer: Argument, product: Argument, amount: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The revenue of cross-sells: of rows with the flag, or of products outside each customer's initial basket."""

@overload
def cross_sell_revenue_parts(amount: Argument, is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of cross_sell_revenue and its confidence interval, as a STRUCT: kpi, value (in the unit of the amounts), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def cross_sell_revenue_parts(customer: Argument, product: Argument, amount: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of cross_sell_revenue and its confidence interval, as a STRUCT: kpi, value (in the unit of the amounts), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def cross_sell_revenue_state(amount: Argument, is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of cross_sell_revenue as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def cross_sell_revenue_state(customer: Argument, product: Argument, amount: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of cross_sell_revenue as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def cross_sell_revenue_share(amount: Argument, is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of the revenue that comes from cross-sells: the rate weighted by value."""

@overload
def cross_sell_revenue_share(customer: Argument, product: Argument, amount: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of the revenue that comes from cross-sells: the rate weighted by value."""

@overload
def cross_sell_revenue_share_parts(amount: Argument, is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of cross_sell_revenue_share and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def cross_sell_revenue_share_parts(customer: Argument, product: Argument, amount: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of cross_sell_revenue_share and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def cross_sell_revenue_share_state(amount: Argument, is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of cross_sell_revenue_share as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def cross_sell_revenue_share_state(customer: Argument, product: Argument, amount: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of cross_sell_revenue_share as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def cross_sell_conversion_rate(is_won: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of decided cross-sell opportunities that were won."""

def cross_sell_conversion_rate_parts(is_won: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of cross_sell_conversion_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def cross_sell_conversion_rate_state(is_won: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of cross_sell_conversion_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def cross_sell_opportunity_size(amount: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The mean amount of opportunities, or of those that are cross-sells."""

@overload
def cross_sell_opportunity_size(amount: Argument, is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The mean amount of opportunities, or of those that are cross-sells."""

@overload
def cross_sell_opportunity_size_parts(amount: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of cross_sell_opportunity_size and its confidence interval, as a STRUCT: kpi, value (in the unit of the amounts), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def cross_sell_opportunity_size_parts(amount: Argument, is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of cross_sell_opportunity_size and its confidence interval, as a STRUCT: kpi, value (in the unit of the amounts), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def cross_sell_opportunity_size_state(amount: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of cross_sell_opportunity_size as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def cross_sell_opportunity_size_state(amount: Argument, is_cross_sell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of cross_sell_opportunity_size as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def cross_sell_qualified_opportunities(opportunity: Argument, is_qualified: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The number of distinct opportunities that meet the criteria for a cross-sell."""

def cross_sell_qualified_opportunities_parts(opportunity: Argument, is_qualified: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of cross_sell_qualified_opportunities and its confidence interval, as a STRUCT: kpi, value (in a plain number), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def cross_sell_qualified_opportunities_state(opportunity: Argument, is_qualified: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of cross_sell_qualified_opportunities as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def time_to_cross_sell(customer: Argument, product: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The mean number of days from a customer's first purchase to the first later purchase of a product that was not in it."""

def time_to_cross_sell_parts(customer: Argument, product: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of time_to_cross_sell and its confidence interval, as a STRUCT: kpi, value (in days), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def time_to_cross_sell_state(customer: Argument, product: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of time_to_cross_sell as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def median_time_to_cross_sell(customer: Argument, product: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The median number of days from a customer's first purchase to the first later purchase of a product that was not in it."""

def median_time_to_cross_sell_parts(customer: Argument, product: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of median_time_to_cross_sell and its confidence interval, as a STRUCT: kpi, value (in days), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def median_time_to_cross_sell_state(customer: Argument, product: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of median_time_to_cross_sell as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def products_per_customer(customer: Argument, product: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The mean number of distinct products per customer; banks call this the cross-sell ratio."""

def products_per_customer_parts(customer: Argument, product: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of products_per_customer and its confidence interval, as a STRUCT: kpi, value (in a plain number), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def products_per_customer_state(customer: Argument, product: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of products_per_customer as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def upsell_rate(customer: Argument, is_upsell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of customers who bought an upsell, or who came to hold a higher tier than the one they started with."""

@overload
def upsell_rate(customer: Argument, tier: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of customers who bought an upsell, or who came to hold a higher tier than the one they started with."""

@overload
def upsell_rate(customer: Argument, product_line: Argument, tier: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of customers who bought an upsell, or who came to hold a higher tier than the one they started with."""

@overload
def upsell_rate_parts(customer: Argument, is_upsell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of upsell_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def upsell_rate_parts(customer: Argument, tier: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of upsell_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def upsell_rate_parts(customer: Argument, product_line: Argument, tier: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of upsell_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def upsell_rate_state(customer: Argument, is_upsell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of upsell_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def upsell_rate_state(customer: Argument, tier: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of upsell_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def upsell_rate_state(customer: Argument, product_line: Argument, tier: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of upsell_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def upsell_revenue(amount: Argument, is_upsell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The revenue of upsells."""

def upsell_revenue_parts(amount: Argument, is_upsell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of upsell_revenue and its confidence interval, as a STRUCT: kpi, value (in the unit of the amounts), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def upsell_revenue_state(amount: Argument, is_upsell: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of upsell_revenue as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def penetration(customer: Argument, is_holder_or_product: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of customers who hold more than one product, at least a given number of products, or a particular product."""

@overload
def penetration(customer: Argument, product: Argument, at_least: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of customers who hold more than one product, at least a given number of products, or a particular product."""

@overload
def penetration_parts(customer: Argument, is_holder_or_product: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of penetration and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def penetration_parts(customer: Argument, product: Argument, at_least: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of penetration and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def penetration_state(customer: Argument, is_holder_or_product: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of penetration as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def penetration_state(customer: Argument, product: Argument, at_least: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of penetration as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def product_mix(customer: Argument, product: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Every product with the number of customers who have it and their share; the shares add up to more than 100 where customers have several products."""

def product_mix_parts(customer: Argument, product: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of product_mix and its confidence interval, as a STRUCT: kpi, value (in a list of structs; the shares are percent and add up to more than 100), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def product_mix_state(customer: Argument, product: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of product_mix as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def attach_rate(basket: Argument, has_base: Argument, has_attached: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of baskets with the base product that have the attached product as well."""

def attach_rate_parts(basket: Argument, has_base: Argument, has_attached: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of attach_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def attach_rate_state(basket: Argument, has_base: Argument, has_attached: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of attach_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def basket_support(basket: Argument, has_a: Argument, has_b: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of all baskets that have both products."""

def basket_support_parts(basket: Argument, has_a: Argument, has_b: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of basket_support and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def basket_support_state(basket: Argument, has_a: Argument, has_b: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of basket_support as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def basket_lift(basket: Argument, has_a: Argument, has_b: Argument, /, *, filter: Expr | None = None) -> Expr:
    """How many times more often two products are in one basket than if they were bought independently; 1 is chance."""

def basket_lift_parts(basket: Argument, has_a: Argument, has_b: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of basket_lift and its confidence interval, as a STRUCT: kpi, value (in a plain number), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def basket_lift_state(basket: Argument, has_a: Argument, has_b: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of basket_lift as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def arpa(customer: Argument, revenue: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Average revenue per account: all revenue divided by the number of customers."""

def arpa_parts(customer: Argument, revenue: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of arpa and its confidence interval, as a STRUCT: kpi, value (in the unit of the amounts), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def arpa_state(customer: Argument, revenue: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of arpa as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def average_purchase_value(order: Argument, amount: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The average amount of an order."""

def average_purchase_value_parts(order: Argument, amount: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of average_purchase_value and its confidence interval, as a STRUCT: kpi, value (in the unit of the amounts), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def average_purchase_value_state(order: Argument, amount: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of average_purchase_value as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def purchase_frequency(customer: Argument, order: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The number of orders per customer."""

def purchase_frequency_parts(customer: Argument, order: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of purchase_frequency and its confidence interval, as a STRUCT: kpi, value (in a plain number), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def purchase_frequency_state(customer: Argument, order: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of purchase_frequency as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def customer_lifespan(customer: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The mean time from a customer's first to last purchase, in years."""

def customer_lifespan_parts(customer: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of customer_lifespan and its confidence interval, as a STRUCT: kpi, value (in years of 365.25 days), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def customer_lifespan_state(customer: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of customer_lifespan as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def clv(customer: Argument, amount: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Customer lifetime value: revenue per customer and year, times the years that customers stay."""

@overload
def clv(customer: Argument, amount: Argument, at: Argument, lifespan_years: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Customer lifetime value: revenue per customer and year, times the years that customers stay."""

@overload
def clv_parts(customer: Argument, amount: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of clv and its confidence interval, as a STRUCT: kpi, value (in the unit of the amounts), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def clv_parts(customer: Argument, amount: Argument, at: Argument, lifespan_years: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of clv and its confidence interval, as a STRUCT: kpi, value (in the unit of the amounts), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def clv_state(customer: Argument, amount: Argument, at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of clv as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def clv_state(customer: Argument, amount: Argument, at: Argument, lifespan_years: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of clv as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def repeat_purchase_rate(customer: Argument, order: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of customers with more than one order."""

def repeat_purchase_rate_parts(customer: Argument, order: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of repeat_purchase_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def repeat_purchase_rate_state(customer: Argument, order: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of repeat_purchase_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def nrr(customer: Argument, start_revenue: Argument, end_revenue: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Net revenue retention: the share of the starting revenue that customers still bring at the end, growth included."""

def nrr_parts(customer: Argument, start_revenue: Argument, end_revenue: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of nrr and its confidence interval, as a STRUCT: kpi, value (in percent (growth takes it above 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def nrr_state(customer: Argument, start_revenue: Argument, end_revenue: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of nrr as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def grr(customer: Argument, start_revenue: Argument, end_revenue: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Gross revenue retention: the share of the starting revenue that customers still bring at the end, each customer capped at what they started with."""

def grr_parts(customer: Argument, start_revenue: Argument, end_revenue: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of grr and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def grr_state(customer: Argument, start_revenue: Argument, end_revenue: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of grr as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def sales_cycle_length(opened_at: Argument, closed_at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The mean number of days from the opening of an opportunity to its close."""

def sales_cycle_length_parts(opened_at: Argument, closed_at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of sales_cycle_length and its confidence interval, as a STRUCT: kpi, value (in days), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def sales_cycle_length_state(opened_at: Argument, closed_at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of sales_cycle_length as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def median_sales_cycle_length(opened_at: Argument, closed_at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The median number of days from the opening of an opportunity to its close."""

def median_sales_cycle_length_parts(opened_at: Argument, closed_at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of median_sales_cycle_length and its confidence interval, as a STRUCT: kpi, value (in days), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def median_sales_cycle_length_state(opened_at: Argument, closed_at: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of median_sales_cycle_length as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def sales_team_engagement(rep: Argument, is_pursuing: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of sales representatives who pursue cross-sells."""

def sales_team_engagement_parts(rep: Argument, is_pursuing: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of sales_team_engagement and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def sales_team_engagement_state(rep: Argument, is_pursuing: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of sales_team_engagement as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def implementation_success_rate(is_success: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of implementations that succeeded."""

def implementation_success_rate_parts(is_success: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of implementation_success_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def implementation_success_rate_state(is_success: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of implementation_success_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def product_usage_rate(customer: Argument, is_used: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of customers who use their product; with a product, the share of customers' products that are used."""

@overload
def product_usage_rate(customer: Argument, product: Argument, is_used: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of customers who use their product; with a product, the share of customers' products that are used."""

@overload
def product_usage_rate_parts(customer: Argument, is_used: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of product_usage_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def product_usage_rate_parts(customer: Argument, product: Argument, is_used: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of product_usage_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def product_usage_rate_state(customer: Argument, is_used: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of product_usage_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def product_usage_rate_state(customer: Argument, product: Argument, is_used: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of product_usage_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def csat(score: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Customer satisfaction score: the share of answers that are satisfied, by default those of 4 and more."""

@overload
def csat(score: Argument, satisfied_from: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Customer satisfaction score: the share of answers that are satisfied, by default those of 4 and more."""

@overload
def csat_parts(score: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of csat and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def csat_parts(score: Argument, satisfied_from: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of csat and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

@overload
def csat_state(score: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of csat as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

@overload
def csat_state(score: Argument, satisfied_from: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of csat as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def nps(score: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Net promoter score: the share of promoters (9 and 10) minus the share of detractors (0 to 6)."""

def nps_parts(score: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of nps and its confidence interval, as a STRUCT: kpi, value (in points (-100 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def nps_state(score: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of nps as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def churn_rate(customer: Argument, is_churned: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of customers who left, among the customers of the rows."""

def churn_rate_parts(customer: Argument, is_churned: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of churn_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def churn_rate_state(customer: Argument, is_churned: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of churn_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def single_product_churn_rate(customer: Argument, product: Argument, is_churned: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of customers who left, among those with exactly one product."""

def single_product_churn_rate_parts(customer: Argument, product: Argument, is_churned: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of single_product_churn_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def single_product_churn_rate_state(customer: Argument, product: Argument, is_churned: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of single_product_churn_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def multi_product_churn_rate(customer: Argument, product: Argument, is_churned: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The share of customers who left, among those with more than one product."""

def multi_product_churn_rate_parts(customer: Argument, product: Argument, is_churned: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of multi_product_churn_rate and its confidence interval, as a STRUCT: kpi, value (in percent (0 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def multi_product_churn_rate_state(customer: Argument, product: Argument, is_churned: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of multi_product_churn_rate as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def churn_gap(customer: Argument, product: Argument, is_churned: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Churn of customers with several products minus churn of customers with one; below 0, those with several are more loyal."""

def churn_gap_parts(customer: Argument, product: Argument, is_churned: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The components of churn_gap and its confidence interval, as a STRUCT: kpi, value (in points (-100 to 100)), numerator, denominator, std_error, ci_low and ci_high (95 %), rows, rows_ignored."""

def churn_gap_state(customer: Argument, product: Argument, is_churned: Argument, /, *, filter: Expr | None = None) -> Expr:
    """The state of churn_gap as BINARY: store it, merge it with kpi_merge and finish it with kpi_finish or kpi_finish_parts, with the same result as one pass over all rows."""

def kpi_merge(state: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Merges the states of a KPI, such as those of the days of a month, into one state: that of all their rows."""

def kpi_decompose(segment: Argument, before: Argument, after: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Decomposes the change of a KPI over all segments, from the _parts of each segment before and after: the rate effect (the segments themselves changed) and the mix effect (the shares of the segments did), which add up to the change, as a STRUCT: before, after, change, rate_effect, rate_ci_low, rate_ci_high, mix_effect, is_simpson, segments (a list of segment, value_before, value_after, weight_before, weight_after, rate_effect, mix_effect, total_effect, by segment)."""

def kpi_vs_rest(segment: Argument, parts: Argument, /, *, filter: Expr | None = None) -> Expr:
    """Each segment against all others together, from the _parts of each, as a list of STRUCTs by segment: segment, n, value, rest_n, rest, difference (value − rest, in the unit of the KPI), ci_low, ci_high (95 %), p_value, p_adjusted."""

@overload
def p_chart(at: Argument, parts: Argument, /, *, filter: Expr | None = None) -> Expr:
    """A control chart of a percentage, as a list of STRUCTs by time: at_time, numerator, denominator, value (100 × numerator ÷ denominator), center, lower, upper, sigma_z, lower_adjusted, upper_adjusted, signal."""

@overload
def p_chart(at: Argument, parts_or_numerator: Argument, baseline_until_or_denominator: Argument, /, *, filter: Expr | None = None) -> Expr:
    """A control chart of a percentage, as a list of STRUCTs by time: at_time, numerator, denominator, value (100 × numerator ÷ denominator), center, lower, upper, sigma_z, lower_adjusted, upper_adjusted, signal."""

@overload
def p_chart(at: Argument, numerator: Argument, denominator: Argument, baseline_until: Argument, /, *, filter: Expr | None = None) -> Expr:
    """A control chart of a percentage, as a list of STRUCTs by time: at_time, numerator, denominator, value (100 × numerator ÷ denominator), center, lower, upper, sigma_z, lower_adjusted, upper_adjusted, signal."""

@overload
def xmr_chart(at: Argument, value: Argument, /, *, filter: Expr | None = None) -> Expr:
    """A control chart of single values (XmR), as a list of STRUCTs by time: at_time, value, center, lower, upper, sigma, signal."""

@overload
def xmr_chart(at: Argument, value: Argument, baseline_until: Argument, /, *, filter: Expr | None = None) -> Expr:
    """A control chart of single values (XmR), as a list of STRUCTs by time: at_time, value, center, lower, upper, sigma, signal."""

def kpi_finish(state: Value, /) -> Expr:
    """The value of a state, as DOUBLE: what the KPI's function gives for the rows that went into it."""

def kpi_finish_parts(state: Value, /) -> Expr:
    """The parts of a state, as a STRUCT: what the KPI's _parts function gives for the rows that went into it."""

def kpi_finish_mix(state: Value, /) -> Expr:
    """The product mix of a state of a KPI whose value is such a list: what its function gives for the rows that went into it, with the products as texts."""

def kpi_change(before: Value, after: Value, /) -> Expr:
    """The difference after − before of two _parts of one KPI, in its unit, with a 95 % interval and the probability of a difference at least as large if nothing had changed, as a STRUCT: difference, ci_low, ci_high, p_value."""

@overload
def kpi_target(parts: Value, target: Value, /) -> Expr:
    """A KPI against its target, from its _parts, as a STRUCT: value, target, gap (value − target), attainment (100 × value ÷ target), progress (100 × (value − baseline) ÷ (target − baseline)), verdict."""

@overload
def kpi_target(parts: Value, target: Value, baseline: Value, /) -> Expr:
    """A KPI against its target, from its _parts, as a STRUCT: value, target, gap (value − target), attainment (100 × value ÷ target), progress (100 × (value − baseline) ÷ (target − baseline)), verdict."""

def kpi_guard(parts: Value, min_n: Value, /) -> Expr:
    """The value of a KPI, in its unit, from its _parts; NULL where fewer than min_n things were counted (the denominator of the parts: customers, orders, answers)."""

def p_adjust(p_values: Value, method: Value, /) -> Expr:
    """The p values of several comparisons, adjusted for their number, as a list in the same order: without any real difference, one in twenty is expected to be below 0.05."""

@overload
def customers_needed(rate: Value, change: Value, /) -> Expr:
    """The sample size of a test: how many customers each of two groups needs to detect a change of a percentage, as BIGINT."""

@overload
def customers_needed(rate: Value, change: Value, power: Value, /) -> Expr:
    """The sample size of a test: how many customers each of two groups needs to detect a change of a percentage, as BIGINT."""

@overload
def detectable_change(rate: Value, n: Value, /) -> Expr:
    """The minimum detectable effect: the smallest rise of a percentage, in points, that a test with two groups of n customers each detects; the inverse of customers_needed."""

@overload
def detectable_change(rate: Value, n: Value, power: Value, /) -> Expr:
    """The minimum detectable effect: the smallest rise of a percentage, in points, that a test with two groups of n customers each detects; the inverse of customers_needed."""

@overload
def kpi_band(kpi: Value, value: Value, /) -> Expr:
    """The benchmark band of a KPI's value, such as 'strong'; 'below …' or 'above …' where the value is outside all bands."""

@overload
def kpi_band(kpi: Value, value: Value, industry: Value, /) -> Expr:
    """The benchmark band of a KPI's value, such as 'strong'; 'below …' or 'above …' where the value is outside all bands."""

ccr = cross_sell_rate
ccr_parts = cross_sell_rate_parts
ccr_state = cross_sell_rate_state
win_rate = cross_sell_conversion_rate
conversion_rate = cross_sell_conversion_rate
win_rate_parts = cross_sell_conversion_rate_parts
conversion_rate_parts = cross_sell_conversion_rate_parts
win_rate_state = cross_sell_conversion_rate_state
conversion_rate_state = cross_sell_conversion_rate_state
opportunity_size = cross_sell_opportunity_size
opportunity_size_parts = cross_sell_opportunity_size_parts
opportunity_size_state = cross_sell_opportunity_size_state
basket_confidence = attach_rate
basket_confidence_parts = attach_rate_parts
basket_confidence_state = attach_rate_state
arpu = arpa
customer_value = arpa
arpu_parts = arpa_parts
customer_value_parts = arpa_parts
arpu_state = arpa_state
customer_value_state = arpa_state
net_revenue_retention = nrr
net_revenue_retention_parts = nrr_parts
net_revenue_retention_state = nrr_state
gross_revenue_retention = grr
gross_revenue_retention_parts = grr_parts
gross_revenue_retention_state = grr_state
