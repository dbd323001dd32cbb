import {
  to = cicd_nautes_project_pipeline_runtime.build
  identity = {
    product = "demo"
    name    = "app-build"
  }
}
