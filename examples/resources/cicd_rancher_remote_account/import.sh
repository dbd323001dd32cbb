# The account's id.
terraform import cicd_rancher_remote_account.github ra-k7f2x
