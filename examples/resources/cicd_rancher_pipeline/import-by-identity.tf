import {
  to = cicd_rancher_pipeline.publish
  identity = {
    id = "p-app:p-x2k7d"
  }
}
