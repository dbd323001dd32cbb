data "cicd_rancher_remote_accounts" "all" {}

output "accounts" {
  value = { for account in data.cicd_rancher_remote_accounts.all.remote_accounts : account.id => account.account_name }
}
