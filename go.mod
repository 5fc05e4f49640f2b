module guixiao

go 1.26
