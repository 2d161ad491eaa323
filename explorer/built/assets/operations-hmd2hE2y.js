import{n as e,r as t}from"./rolldown-runtime-BWaJ3C7D.js";function n(e){let t=e?.kind;return typeof t==`string`&&o.has(t)}var r,i,a,o,s,c=e((()=>{r=class{constructor(e,t,n){this.start=e.start,this.end=t.end,this.startToken=e,this.endToken=t,this.source=n}get[Symbol.toStringTag](){return`Location`}toJSON(){return{start:this.start,end:this.end}}},i=class{constructor(e,t,n,r,i,a){this.kind=e,this.start=t,this.end=n,this.line=r,this.column=i,this.value=a,this.prev=null,this.next=null}get[Symbol.toStringTag](){return`Token`}toJSON(){return{kind:this.kind,value:this.value,line:this.line,column:this.column}}},a={Name:[],Document:[`definitions`],OperationDefinition:[`description`,`name`,`variableDefinitions`,`directives`,`selectionSet`],VariableDefinition:[`description`,`variable`,`type`,`defaultValue`,`directives`],Variable:[`name`],SelectionSet:[`selections`],Field:[`alias`,`name`,`arguments`,`directives`,`selectionSet`],Argument:[`name`,`value`],FragmentSpread:[`name`,`directives`],InlineFragment:[`typeCondition`,`directives`,`selectionSet`],FragmentDefinition:[`description`,`name`,`variableDefinitions`,`typeCondition`,`directives`,`selectionSet`],IntValue:[],FloatValue:[],StringValue:[],BooleanValue:[],NullValue:[],EnumValue:[],ListValue:[`values`],ObjectValue:[`fields`],ObjectField:[`name`,`value`],Directive:[`name`,`arguments`],NamedType:[`name`],ListType:[`type`],NonNullType:[`type`],SchemaDefinition:[`description`,`directives`,`operationTypes`],OperationTypeDefinition:[`type`],ScalarTypeDefinition:[`description`,`name`,`directives`],ObjectTypeDefinition:[`description`,`name`,`interfaces`,`directives`,`fields`],FieldDefinition:[`description`,`name`,`arguments`,`type`,`directives`],InputValueDefinition:[`description`,`name`,`type`,`defaultValue`,`directives`],InterfaceTypeDefinition:[`description`,`name`,`interfaces`,`directives`,`fields`],UnionTypeDefinition:[`description`,`name`,`directives`,`types`],EnumTypeDefinition:[`description`,`name`,`directives`,`values`],EnumValueDefinition:[`description`,`name`,`directives`],InputObjectTypeDefinition:[`description`,`name`,`directives`,`fields`],DirectiveDefinition:[`description`,`name`,`arguments`,`directives`,`locations`],SchemaExtension:[`directives`,`operationTypes`],DirectiveExtension:[`name`,`directives`],ScalarTypeExtension:[`name`,`directives`],ObjectTypeExtension:[`name`,`interfaces`,`directives`,`fields`],InterfaceTypeExtension:[`name`,`interfaces`,`directives`,`fields`],UnionTypeExtension:[`name`,`directives`,`types`],EnumTypeExtension:[`name`,`directives`,`values`],InputObjectTypeExtension:[`name`,`directives`,`fields`],TypeCoordinate:[`name`],MemberCoordinate:[`name`,`memberName`],ArgumentCoordinate:[`name`,`fieldName`,`argumentName`],DirectiveCoordinate:[`name`],DirectiveArgumentCoordinate:[`name`,`argumentName`]},o=new Set(Object.keys(a)),(function(e){e.QUERY=`query`,e.MUTATION=`mutation`,e.SUBSCRIPTION=`subscription`})(s||={})})),l,u=e((()=>{(function(e){e.NAME=`Name`,e.DOCUMENT=`Document`,e.OPERATION_DEFINITION=`OperationDefinition`,e.VARIABLE_DEFINITION=`VariableDefinition`,e.SELECTION_SET=`SelectionSet`,e.FIELD=`Field`,e.ARGUMENT=`Argument`,e.FRAGMENT_SPREAD=`FragmentSpread`,e.INLINE_FRAGMENT=`InlineFragment`,e.FRAGMENT_DEFINITION=`FragmentDefinition`,e.VARIABLE=`Variable`,e.INT=`IntValue`,e.FLOAT=`FloatValue`,e.STRING=`StringValue`,e.BOOLEAN=`BooleanValue`,e.NULL=`NullValue`,e.ENUM=`EnumValue`,e.LIST=`ListValue`,e.OBJECT=`ObjectValue`,e.OBJECT_FIELD=`ObjectField`,e.DIRECTIVE=`Directive`,e.NAMED_TYPE=`NamedType`,e.LIST_TYPE=`ListType`,e.NON_NULL_TYPE=`NonNullType`,e.SCHEMA_DEFINITION=`SchemaDefinition`,e.OPERATION_TYPE_DEFINITION=`OperationTypeDefinition`,e.SCALAR_TYPE_DEFINITION=`ScalarTypeDefinition`,e.OBJECT_TYPE_DEFINITION=`ObjectTypeDefinition`,e.FIELD_DEFINITION=`FieldDefinition`,e.INPUT_VALUE_DEFINITION=`InputValueDefinition`,e.INTERFACE_TYPE_DEFINITION=`InterfaceTypeDefinition`,e.UNION_TYPE_DEFINITION=`UnionTypeDefinition`,e.ENUM_TYPE_DEFINITION=`EnumTypeDefinition`,e.ENUM_VALUE_DEFINITION=`EnumValueDefinition`,e.INPUT_OBJECT_TYPE_DEFINITION=`InputObjectTypeDefinition`,e.DIRECTIVE_DEFINITION=`DirectiveDefinition`,e.SCHEMA_EXTENSION=`SchemaExtension`,e.DIRECTIVE_EXTENSION=`DirectiveExtension`,e.SCALAR_TYPE_EXTENSION=`ScalarTypeExtension`,e.OBJECT_TYPE_EXTENSION=`ObjectTypeExtension`,e.INTERFACE_TYPE_EXTENSION=`InterfaceTypeExtension`,e.UNION_TYPE_EXTENSION=`UnionTypeExtension`,e.ENUM_TYPE_EXTENSION=`EnumTypeExtension`,e.INPUT_OBJECT_TYPE_EXTENSION=`InputObjectTypeExtension`,e.TYPE_COORDINATE=`TypeCoordinate`,e.MEMBER_COORDINATE=`MemberCoordinate`,e.ARGUMENT_COORDINATE=`ArgumentCoordinate`,e.DIRECTIVE_COORDINATE=`DirectiveCoordinate`,e.DIRECTIVE_ARGUMENT_COORDINATE=`DirectiveArgumentCoordinate`})(l||={})}));function d(e){return e===9||e===32}function f(e){return e>=48&&e<=57}function p(e){return e>=97&&e<=122||e>=65&&e<=90}function m(e){return p(e)||e===95}function ee(e){return p(e)||f(e)||e===95}var h=e((()=>{}));function te(e){let t=2**53-1,n=null,r=-1;for(let i=0;i<e.length;++i){let a=e[i],o=g(a);o!==a.length&&(n??=i,r=i,i!==0&&o<t&&(t=o))}return e.map((e,n)=>n===0?e:e.slice(t)).slice(n??0,r+1)}function g(e){let t=0;for(;t<e.length&&d(e.charCodeAt(t));)++t;return t}function _(e){if(e===``)return!0;let t=!0,n=!1,r=!0,i=!1;for(let a=0;a<e.length;++a)switch(e.codePointAt(a)){case 0:case 1:case 2:case 3:case 4:case 5:case 6:case 7:case 8:case 11:case 12:case 14:case 15:return!1;case 13:return!1;case 10:if(t&&!i)return!1;i=!0,t=!0,n=!1;break;case 9:case 32:n||=t;break;default:r&&=n,t=!1}return!(t||r&&i)}function v(e,t){let n=e.replace(/"""/g,`\\"""`),r=n.split(/\r\n|[\n\r]/g),i=r.length===1,a=r.length>1&&r.slice(1).every(e=>e.length===0||d(e.charCodeAt(0))),o=n.endsWith(`\\"""`),s=e.endsWith(`"`)&&!o,c=e.endsWith(`\\`),l=s||c,u=!(t!=null&&t.minimize)&&(!i||e.length>70||l||a||o),f=``,p=i&&d(e.charCodeAt(0));return(u&&!p||a)&&(f+=`
`),f+=n,(u||l)&&(f+=`
`),`"""`+f+`"""`}var y=e((()=>{h()}));function b(e){return x(e,[])}function x(e,t){switch(typeof e){case`string`:return JSON.stringify(e);case`function`:return e.name?`[function ${e.name}]`:`[function]`;case`object`:return S(e,t);default:return String(e)}}function S(e,t){if(e===null)return`null`;if(t.includes(e))return`[Circular]`;let n=[...t,e];if(C(e)){let t=e.toJSON();if(t!==e)return typeof t==`string`?t:x(t,n)}else if(Array.isArray(e))return T(e,n);return w(e,n)}function C(e){return typeof e.toJSON==`function`}function w(e,t){let n=Object.entries(e);return n.length===0?`{}`:t.length>O?`[`+E(e)+`]`:`{ `+n.map(([e,n])=>e+`: `+x(n,t)).join(`, `)+` }`}function T(e,t){if(e.length===0)return`[]`;if(t.length>O)return`[Array]`;let n=Math.min(D,e.length),r=e.length-n,i=[];for(let r=0;r<n;++r)i.push(x(e[r],t));return r===1?i.push(`... 1 more item`):r>1&&i.push(`... ${r} more items`),`[`+i.join(`, `)+`]`}function E(e){let t=Object.prototype.toString.call(e).replace(/^\[object /,``).replace(/]$/,``);if(t===`Object`&&typeof e.constructor==`function`){let t=e.constructor.name;if(typeof t==`string`&&t!==``)return t}return t}var D,O,k=e((()=>{D=10,O=2}));function A(e){return`"${e.replace(M,j)}"`}function j(e){return N[e.charCodeAt(0)]}var M,N,P=e((()=>{M=/[\x00-\x1f\x22\x5c\x7f-\x9f]/g,N=`\\u0000.\\u0001.\\u0002.\\u0003.\\u0004.\\u0005.\\u0006.\\u0007.\\b.\\t.\\n.\\u000B.\\f.\\r.\\u000E.\\u000F.\\u0010.\\u0011.\\u0012.\\u0013.\\u0014.\\u0015.\\u0016.\\u0017.\\u0018.\\u0019.\\u001A.\\u001B.\\u001C.\\u001D.\\u001E.\\u001F...\\"..........................................................\\\\...................................\\u007F.\\u0080.\\u0081.\\u0082.\\u0083.\\u0084.\\u0085.\\u0086.\\u0087.\\u0088.\\u0089.\\u008A.\\u008B.\\u008C.\\u008D.\\u008E.\\u008F.\\u0090.\\u0091.\\u0092.\\u0093.\\u0094.\\u0095.\\u0096.\\u0097.\\u0098.\\u0099.\\u009A.\\u009B.\\u009C.\\u009D.\\u009E.\\u009F`.split(`.`)}));function F(e,t){let n=[],r={parent:[e],keys:void 0,results:[],index:-1},i;do{let e;r.index++;let o=r.keys===void 0?r.parent.length:r.keys.length;if(r.index===o)i=r.results,e=r.keys===void 0?void 0:r.results.kind,r=n.pop();else{if(i=r.keys===void 0?r.parent[r.index]:r.parent[r.keys[r.index]],i==null&&n.length!==0)continue;if(Array.isArray(i)){if(i.length!==0){n.push(r),r={parent:i,keys:void 0,results:[],index:-1};continue}}else{let t=i;e=t?.kind;let o=typeof e==`string`?a[e]:void 0;if(!Array.isArray(o))throw Error(`Invalid AST Node: ${b(i)}.`);if(o.length!==0){n.push(r),r={parent:t,keys:o,results:{...t},index:-1};continue}}}if(e!==void 0){let n=t[e];i=n?.(i)}r.keys===void 0?r.results.push(i):r.results[r.keys[r.index]]=i}while(n.length!==0);return i}var I=e((()=>{k(),c()})),L=t({print:()=>R,printForError:()=>z});function R(e,t){return B(F(e,X),t?.maxIndentDepth??1/0)}function z(e){return R(e,{maxIndentDepth:100})}function B(e,t){let n=``,r=``,i=0,a=``,o=e;for(;o!==void 0;){let e=o.lines;if(o.indentBefore&&(i<t&&(a+=`  `,r+=`  `),i++),typeof e==`string`)r+=e;else{r+=e[0];let s=!o.isBlockString&&i>=t?` `:`
`+a;for(let t=1;t<e.length;t++)n+=r,r=s+e[t]}o.dedentAfter&&(i--,a=a.slice(0,i*2)),o=o.next}return n+r}function V(e,t=``){if(e==null||e.length===0)return Y;let n=Y;for(let r of e)r!==void 0&&r.length!==0&&(n.length===0?n=typeof r==`string`?new J(r):r:(t!==``&&n.append(t),n.append(r)));return n}function H(e,t){let n=0;for(let r of e)r.length!==0&&(n+=(n===0?0:t.length)+r.length);return n}function U(e){return W(`{
`,V(e,`
`).indent(),`
}`)}function W(e,t,n=``){return t!=null&&t.length!==0?e===``?t.append(n):new J(e).append(t).append(n):Y}function G(e){return e?.some(e=>e.newlines!==0)??!1}function K(e,t){return t==null||t.length===0?e:V([e,e.length+H(t,`, `)+2>q?W(`(
`,V(t,`
`).indent(),`
)`):W(`(`,V(t,`, `),`)`)])}var q,J,Y,X,Z=e((()=>{y(),P(),I(),q=80,J=class e{next=void 0;tail=this;indentBefore=!1;dedentAfter=!1;constructor(e=``,t=!1){this.length=e.length,this.lines=e.includes(`
`)?e.split(`
`):e,this.newlines=typeof this.lines==`string`?0:this.lines.length-1,this.isBlockString=t}append(t){if(t.length===0)return this;let n=typeof t==`string`?new e(t):t;return this.tail.next=n,this.tail=n.tail,this.length+=n.length,this.newlines+=n.newlines,this}indent(){return this.length===0||(this.indentBefore=!0,this.tail.dedentAfter=!0,this.length+=2*(this.newlines+1)),this}},Y=new J,X={Name:e=>new J(e.value),Variable:e=>V([`$`,e.name]),Document:e=>V(e.definitions,`

`),OperationDefinition(e){let t=G(e.variableDefinitions)?W(`(
`,V(e.variableDefinitions,`
`),`
)`):W(`(`,V(e.variableDefinitions,`, `),`)`),n=V([W(``,e.description,`
`),V([e.operation,V([e.name,t]),V(e.directives,` `)],` `)]);return V([e.operation===`query`&&n.length===e.operation.length?``:V([n,` `]),e.selectionSet])},VariableDefinition:({variable:e,type:t,defaultValue:n,directives:r,description:i})=>V([W(``,i,`
`),e,`: `,t,W(` = `,n),W(` `,V(r,` `))]),SelectionSet:({selections:e})=>U(e),Field({alias:e,name:t,arguments:n,directives:r,selectionSet:i}){return V([K(V([W(``,e,`: `),t],``),n),W(` `,V(r,` `)),W(` `,i)])},Argument:({name:e,value:t})=>V([e,`: `,t]),FragmentSpread:({name:e,directives:t})=>V([`...`,e,W(` `,V(t,` `))]),InlineFragment:({typeCondition:e,directives:t,selectionSet:n})=>V([`...`,W(`on `,e),V(t,` `),n],` `),FragmentDefinition:({name:e,typeCondition:t,variableDefinitions:n,directives:r,selectionSet:i,description:a})=>V([W(``,a,`
`),`fragment `,e,W(`(`,V(n,`, `),`)`),` on `,t,` `,W(``,V(r,` `),` `),i]),IntValue:({value:e})=>new J(e),FloatValue:({value:e})=>new J(e),StringValue:({value:e,block:t})=>new J(t===!0?v(e):A(e),t===!0),BooleanValue:({value:e})=>new J(e?`true`:`false`),NullValue:()=>new J(`null`),EnumValue:({value:e})=>new J(e),ListValue:({values:e})=>V([`[`,V(e,`, `),`]`]),ObjectValue:({fields:e})=>V([`{`,V(e,`, `),`}`]),ObjectField:({name:e,value:t})=>V([e,`: `,t]),Directive:({name:e,arguments:t})=>V([`@`,e,W(`(`,V(t,`, `),`)`)]),NamedType:({name:e})=>e,ListType:({type:e})=>V([`[`,e,`]`]),NonNullType:({type:e})=>V([e,`!`]),SchemaDefinition:({description:e,directives:t,operationTypes:n})=>V([W(``,e,`
`),V([`schema`,V(t,` `),U(n)],` `)]),OperationTypeDefinition:({operation:e,type:t})=>V([e,`: `,t]),ScalarTypeDefinition:({description:e,name:t,directives:n})=>V([W(``,e,`
`),V([`scalar`,t,V(n,` `)],` `)]),ObjectTypeDefinition:({description:e,name:t,interfaces:n,directives:r,fields:i})=>V([W(``,e,`
`),V([`type`,t,W(`implements `,V(n,` & `)),V(r,` `),U(i)],` `)]),FieldDefinition:({description:e,name:t,arguments:n,type:r,directives:i})=>V([W(``,e,`
`),t,G(n)?W(`(
`,V(n,`
`).indent(),`
)`):W(`(`,V(n,`, `),`)`),`: `,r,W(` `,V(i,` `))]),InputValueDefinition:({description:e,name:t,type:n,defaultValue:r,directives:i})=>V([W(``,e,`
`),t,`: `,n,W(` = `,r),W(` `,V(i,` `))]),InterfaceTypeDefinition:({description:e,name:t,interfaces:n,directives:r,fields:i})=>V([W(``,e,`
`),V([`interface`,t,W(`implements `,V(n,` & `)),V(r,` `),U(i)],` `)]),UnionTypeDefinition:({description:e,name:t,directives:n,types:r})=>V([W(``,e,`
`),V([`union`,t,V(n,` `),W(`= `,V(r,` | `))],` `)]),EnumTypeDefinition:({description:e,name:t,directives:n,values:r})=>V([W(``,e,`
`),V([`enum`,t,V(n,` `),U(r)],` `)]),EnumValueDefinition:({description:e,name:t,directives:n})=>V([W(``,e,`
`),V([t,V(n,` `)],` `)]),InputObjectTypeDefinition:({description:e,name:t,directives:n,fields:r})=>V([W(``,e,`
`),V([`input`,t,V(n,` `),U(r)],` `)]),DirectiveDefinition:({description:e,name:t,arguments:n,directives:r,repeatable:i,locations:a})=>V([W(``,e,`
`),`directive @`,t,G(n)?W(`(
`,V(n,`
`).indent(),`
)`):W(`(`,V(n,`, `),`)`),W(` `,V(r,` `)),i?` repeatable`:``,` on `,V(a,` | `)]),SchemaExtension:({directives:e,operationTypes:t})=>V([`extend schema`,V(e,` `),U(t)],` `),ScalarTypeExtension:({name:e,directives:t})=>V([`extend scalar`,e,V(t,` `)],` `),ObjectTypeExtension:({name:e,interfaces:t,directives:n,fields:r})=>V([`extend type`,e,W(`implements `,V(t,` & `)),V(n,` `),U(r)],` `),InterfaceTypeExtension:({name:e,interfaces:t,directives:n,fields:r})=>V([`extend interface`,e,W(`implements `,V(t,` & `)),V(n,` `),U(r)],` `),UnionTypeExtension:({name:e,directives:t,types:n})=>V([`extend union`,e,V(t,` `),W(`= `,V(n,` | `))],` `),EnumTypeExtension:({name:e,directives:t,values:n})=>V([`extend enum`,e,V(t,` `),U(n)],` `),InputObjectTypeExtension:({name:e,directives:t,fields:n})=>V([`extend input`,e,V(t,` `),U(n)],` `),DirectiveExtension:({name:e,directives:t})=>V([V([`extend directive @`,e]),V(t,` `)],` `),TypeCoordinate:({name:e})=>e,MemberCoordinate:({name:e,memberName:t})=>V([e,W(`.`,t)]),ArgumentCoordinate:({name:e,fieldName:t,argumentName:n})=>V([e,W(`.`,t),W(`(`,n,`:)`)]),DirectiveCoordinate:({name:e})=>V([`@`,e]),DirectiveArgumentCoordinate:({name:e,argumentName:t})=>V([`@`,e,W(`(`,t,`:)`)])}})),Q=`# What is live on prod
# The stage's deployment, its canary's share, and which methods are throttled apart.
query WhatIsLive($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) {
    stageName
    description
    lastUpdatedDate
    deployment {
      deploymentId
      description
      createdDate
    }
    canarySettings {
      percentTraffic
      deployment {
        deploymentId
        description
      }
      stageVariableOverrides {
        name
        value
      }
    }
    variables {
      name
      value
    }
    methodSettings {
      resourcePath
      httpMethod
      throttlingRateLimit
      throttlingBurstLimit
    }
  }
}
`,ne=`# Compare two stages
# Both come out of one listing: the query costs two calls to AWS, and would cost two for ten stages.
query CompareStages($restApiId: ID!, $one: String!, $other: String!) {
  one: stage(restApiId: $restApiId, stageName: $one) {
    ...Compared
  }
  other: stage(restApiId: $restApiId, stageName: $other) {
    ...Compared
  }
}

fragment Compared on Stage {
  stageName
  deployment {
    deploymentId
    description
  }
  variables {
    name
    value
  }
  default: effectiveMethodSetting(resourcePath: "*", httpMethod: ALL) {
    source
    throttlingRateLimit
    throttlingBurstLimit
    loggingLevel
    cachingEnabled
  }
  cacheClusterSize
  tracingEnabled
}
`,re=`# Throttle a method: look first
# A dry run checks everything and sends nothing: patchOperations is what AWS would be sent.
mutation ThrottleDryRun($input: SetMethodSettingInput!) {
  setMethodSetting(input: $input) {
    patchOperations {
      op
      path
      value
    }
    warnings {
      code
      message
    }
    userErrors {
      code
      message
      field
    }
    stage {
      effectiveMethodSetting(resourcePath: "/pets", httpMethod: GET) {
        source
        throttlingRateLimit
        throttlingBurstLimit
      }
    }
  }
}
`,ie=`# Throttle a method: do it
# The same without dryRun. The nine settings that you do not name keep their effect.
mutation Throttle($input: SetMethodSettingInput!) {
  setMethodSetting(input: $input) {
    patchOperations {
      op
      path
      value
    }
    warnings {
      code
      message
    }
    userErrors {
      code
      message
      field
    }
    stage {
      effectiveMethodSetting(resourcePath: "/pets", httpMethod: GET) {
        source
        throttlingRateLimit
        throttlingBurstLimit
      }
    }
  }
}
`,ae=`# Start a canary
# deploymentId is needed to start one: no typo in a stage's name can do it. dryRun: true looks first.
mutation StartCanary($input: SetCanarySettingsInput!) {
  setCanarySettings(input: $input) {
    stage {
      deploymentId
      canarySettings {
        percentTraffic
        deploymentId
        effectiveVariables {
          name
          value
        }
      }
    }
    patchOperations {
      op
      path
      value
    }
    warnings {
      code
      message
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,oe=`# Widen the canary
# Only what you give changes: deployment and overrides stay.
mutation WidenCanary($input: SetCanarySettingsInput!) {
  setCanarySettings(input: $input) {
    stage {
      deploymentId
      canarySettings {
        percentTraffic
        deploymentId
        effectiveVariables {
          name
          value
        }
      }
    }
    patchOperations {
      op
      path
      value
    }
    warnings {
      code
      message
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,se=`# Promote the canary
# Its deployment and its overrides become the stage's own. Without a canary nothing is sent.
mutation PromoteCanary($input: PromoteCanaryInput!) {
  promoteCanary(input: $input) {
    stage {
      deploymentId
      variables {
        name
        value
      }
      canarySettings {
        percentTraffic
      }
    }
    patchOperations {
      op
      path
      value
    }
    warnings {
      code
      message
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,ce=`# Abandon the canary
# All traffic goes back to the stage's own deployment. Removing what is not there succeeds.
mutation AbandonCanary($input: RemoveCanaryInput!) {
  removeCanary(input: $input) {
    stage {
      deploymentId
      canarySettings {
        percentTraffic
      }
    }
    patchOperations {
      op
      path
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,le=`{ "restApiId": "petstore01", "stageName": "prod" }
`,ue=`{ "restApiId": "petstore01", "one": "staging", "other": "prod" }
`,de=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "prod",
    "resourcePath": "/pets",
    "httpMethod": "GET",
    "settings": { "throttlingRateLimit": 25, "throttlingBurstLimit": 10 },
    "dryRun": true
  }
}
`,fe=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "prod",
    "resourcePath": "/pets",
    "httpMethod": "GET",
    "settings": { "throttlingRateLimit": 25, "throttlingBurstLimit": 10 }
  }
}
`,$=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "staging",
    "deploymentId": "dep003",
    "percentTraffic": 5,
    "setVariableOverrides": [{ "name": "table", "value": "pets-next" }]
  }
}
`,pe=`{ "input": { "restApiId": "petstore01", "stageName": "staging", "percentTraffic": 50 } }
`,me=`{ "input": { "restApiId": "petstore01", "stageName": "staging", "removeCanary": true } }
`,he=`{ "input": { "restApiId": "petstore01", "stageName": "prod" } }
`,ge=Object.assign({"../examples/operations/1-what-is-live.graphql":Q,"../examples/operations/2-compare-two-stages.graphql":ne,"../examples/operations/3-throttle-a-method-dry-run.graphql":re,"../examples/operations/4-throttle-a-method.graphql":ie,"../examples/operations/5-start-a-canary.graphql":ae,"../examples/operations/6-widen-the-canary.graphql":oe,"../examples/operations/7-promote-the-canary.graphql":se,"../examples/operations/8-abandon-the-canary.graphql":ce}),_e=Object.assign({"../examples/operations/1-what-is-live.json":le,"../examples/operations/2-compare-two-stages.json":ue,"../examples/operations/3-throttle-a-method-dry-run.json":de,"../examples/operations/4-throttle-a-method.json":fe,"../examples/operations/5-start-a-canary.json":$,"../examples/operations/6-widen-the-canary.json":pe,"../examples/operations/7-promote-the-canary.json":me,"../examples/operations/8-abandon-the-canary.json":he}),ve=Object.entries(ge).sort(([e],[t])=>e<t?-1:1).map(([e,t])=>{let[,n=``,r=``,i=t]=/^# (.*)\n# (.*)\n([^]*)$/.exec(t)??[];return{title:n,hint:r,document:i,variables:_e[e.replace(/graphql$/,`json`)]??`{}`}});export{n as S,r as _,L as a,i as b,te as c,h as d,f,u as g,l as h,z as i,y as l,m,Z as n,k as o,ee as p,R as r,b as s,ve as t,_ as u,s as v,c as x,a as y};