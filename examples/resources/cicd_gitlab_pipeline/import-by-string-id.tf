import {
  to = cicd_gitlab_pipeline.publish
  id = "demo/app:1"
}
