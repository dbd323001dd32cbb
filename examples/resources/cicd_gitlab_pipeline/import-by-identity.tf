import {
  to = cicd_gitlab_pipeline.publish
  identity = {
    project_id  = 1
    pipeline_id = 1
  }
}
