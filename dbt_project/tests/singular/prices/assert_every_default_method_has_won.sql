-- A method other than multiplicative is the default where its log loss on outcomes is less by two
-- standard errors. A row found here claims a default that its own evidence does not bear.
select *
from {{ ref('devig_defaults') }}
where
    method != 'multiplicative'
    and coalesce(
        method != rival or log_loss_difference + 2 * difference_error >= 0,
        true
    )
