import {
  to = cicd_rancher_remote_account.github
  id = "ra-k7f2x"
}
