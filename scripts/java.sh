#!/bin/sh
# For images and libraries that run DynamoDB Local: `java … -jar DynamoDBLocal.jar …` starts Stator with the same words.
here=$(dirname "$(readlink -f "$0")")
case " $* " in
  *DynamoDBLocal*|*com.amazonaws.services.dynamodbv2.local.*)
    # In the package there is a script, in an image an executable.
    if [ -f "$here/../stator.js" ]; then exec node "$here/../stator.js" "$@"; else exec stator "$@"; fi
    ;;
  *" -version "*|*" --version "*) echo 'openjdk version "21.0.0" (Stator, in place of Java)' >&2 ;;
  *)
    echo 'java: this is Stator in the place of Java, which runs DynamoDBLocal.jar and nothing else.' >&2
    exit 1
    ;;
esac
