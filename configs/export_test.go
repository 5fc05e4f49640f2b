package configs

// ParseConfig reads settings without a file.
var ParseConfig = parseConfig
