import {
  to = cicd_nautes_project_pipeline_runtime.build
  id = "demo/app-build"
}
