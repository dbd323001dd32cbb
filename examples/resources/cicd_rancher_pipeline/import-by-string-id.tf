import {
  to = cicd_rancher_pipeline.publish
  id = "p-app:p-x2k7d"
}
