# The product, a slash, and the runtime's name.
terraform import cicd_nautes_project_pipeline_runtime.build demo/app-build
