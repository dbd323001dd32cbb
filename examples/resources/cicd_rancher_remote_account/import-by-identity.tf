import {
  to = cicd_rancher_remote_account.github
  identity = {
    id = "ra-k7f2x"
  }
}
