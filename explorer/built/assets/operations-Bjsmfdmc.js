import{n as e,r as t}from"./rolldown-runtime-BWaJ3C7D.js";function n(e){let t=e?.kind;return typeof t==`string`&&o.has(t)}var r,i,a,o,s,c=e((()=>{r=class{constructor(e,t,n){this.start=e.start,this.end=t.end,this.startToken=e,this.endToken=t,this.source=n}get[Symbol.toStringTag](){return`Location`}toJSON(){return{start:this.start,end:this.end}}},i=class{constructor(e,t,n,r,i,a){this.kind=e,this.start=t,this.end=n,this.line=r,this.column=i,this.value=a,this.prev=null,this.next=null}get[Symbol.toStringTag](){return`Token`}toJSON(){return{kind:this.kind,value:this.value,line:this.line,column:this.column}}},a={Name:[],Document:[`definitions`],OperationDefinition:[`description`,`name`,`variableDefinitions`,`directives`,`selectionSet`],VariableDefinition:[`description`,`variable`,`type`,`defaultValue`,`directives`],Variable:[`name`],SelectionSet:[`selections`],Field:[`alias`,`name`,`arguments`,`directives`,`selectionSet`],Argument:[`name`,`value`],FragmentSpread:[`name`,`directives`],InlineFragment:[`typeCondition`,`directives`,`selectionSet`],FragmentDefinition:[`description`,`name`,`variableDefinitions`,`typeCondition`,`directives`,`selectionSet`],IntValue:[],FloatValue:[],StringValue:[],BooleanValue:[],NullValue:[],EnumValue:[],ListValue:[`values`],ObjectValue:[`fields`],ObjectField:[`name`,`value`],Directive:[`name`,`arguments`],NamedType:[`name`],ListType:[`type`],NonNullType:[`type`],SchemaDefinition:[`description`,`directives`,`operationTypes`],OperationTypeDefinition:[`type`],ScalarTypeDefinition:[`description`,`name`,`directives`],ObjectTypeDefinition:[`description`,`name`,`interfaces`,`directives`,`fields`],FieldDefinition:[`description`,`name`,`arguments`,`type`,`directives`],InputValueDefinition:[`description`,`name`,`type`,`defaultValue`,`directives`],InterfaceTypeDefinition:[`description`,`name`,`interfaces`,`directives`,`fields`],UnionTypeDefinition:[`description`,`name`,`directives`,`types`],EnumTypeDefinition:[`description`,`name`,`directives`,`values`],EnumValueDefinition:[`description`,`name`,`directives`],InputObjectTypeDefinition:[`description`,`name`,`directives`,`fields`],DirectiveDefinition:[`description`,`name`,`arguments`,`directives`,`locations`],SchemaExtension:[`directives`,`operationTypes`],DirectiveExtension:[`name`,`directives`],ScalarTypeExtension:[`name`,`directives`],ObjectTypeExtension:[`name`,`interfaces`,`directives`,`fields`],InterfaceTypeExtension:[`name`,`interfaces`,`directives`,`fields`],UnionTypeExtension:[`name`,`directives`,`types`],EnumTypeExtension:[`name`,`directives`,`values`],InputObjectTypeExtension:[`name`,`directives`,`fields`],TypeCoordinate:[`name`],MemberCoordinate:[`name`,`memberName`],ArgumentCoordinate:[`name`,`fieldName`,`argumentName`],DirectiveCoordinate:[`name`],DirectiveArgumentCoordinate:[`name`,`argumentName`]},o=new Set(Object.keys(a)),(function(e){e.QUERY=`query`,e.MUTATION=`mutation`,e.SUBSCRIPTION=`subscription`})(s||={})})),l,u=e((()=>{(function(e){e.NAME=`Name`,e.DOCUMENT=`Document`,e.OPERATION_DEFINITION=`OperationDefinition`,e.VARIABLE_DEFINITION=`VariableDefinition`,e.SELECTION_SET=`SelectionSet`,e.FIELD=`Field`,e.ARGUMENT=`Argument`,e.FRAGMENT_SPREAD=`FragmentSpread`,e.INLINE_FRAGMENT=`InlineFragment`,e.FRAGMENT_DEFINITION=`FragmentDefinition`,e.VARIABLE=`Variable`,e.INT=`IntValue`,e.FLOAT=`FloatValue`,e.STRING=`StringValue`,e.BOOLEAN=`BooleanValue`,e.NULL=`NullValue`,e.ENUM=`EnumValue`,e.LIST=`ListValue`,e.OBJECT=`ObjectValue`,e.OBJECT_FIELD=`ObjectField`,e.DIRECTIVE=`Directive`,e.NAMED_TYPE=`NamedType`,e.LIST_TYPE=`ListType`,e.NON_NULL_TYPE=`NonNullType`,e.SCHEMA_DEFINITION=`SchemaDefinition`,e.OPERATION_TYPE_DEFINITION=`OperationTypeDefinition`,e.SCALAR_TYPE_DEFINITION=`ScalarTypeDefinition`,e.OBJECT_TYPE_DEFINITION=`ObjectTypeDefinition`,e.FIELD_DEFINITION=`FieldDefinition`,e.INPUT_VALUE_DEFINITION=`InputValueDefinition`,e.INTERFACE_TYPE_DEFINITION=`InterfaceTypeDefinition`,e.UNION_TYPE_DEFINITION=`UnionTypeDefinition`,e.ENUM_TYPE_DEFINITION=`EnumTypeDefinition`,e.ENUM_VALUE_DEFINITION=`EnumValueDefinition`,e.INPUT_OBJECT_TYPE_DEFINITION=`InputObjectTypeDefinition`,e.DIRECTIVE_DEFINITION=`DirectiveDefinition`,e.SCHEMA_EXTENSION=`SchemaExtension`,e.DIRECTIVE_EXTENSION=`DirectiveExtension`,e.SCALAR_TYPE_EXTENSION=`ScalarTypeExtension`,e.OBJECT_TYPE_EXTENSION=`ObjectTypeExtension`,e.INTERFACE_TYPE_EXTENSION=`InterfaceTypeExtension`,e.UNION_TYPE_EXTENSION=`UnionTypeExtension`,e.ENUM_TYPE_EXTENSION=`EnumTypeExtension`,e.INPUT_OBJECT_TYPE_EXTENSION=`InputObjectTypeExtension`,e.TYPE_COORDINATE=`TypeCoordinate`,e.MEMBER_COORDINATE=`MemberCoordinate`,e.ARGUMENT_COORDINATE=`ArgumentCoordinate`,e.DIRECTIVE_COORDINATE=`DirectiveCoordinate`,e.DIRECTIVE_ARGUMENT_COORDINATE=`DirectiveArgumentCoordinate`})(l||={})}));function d(e){return e===9||e===32}function f(e){return e>=48&&e<=57}function p(e){return e>=97&&e<=122||e>=65&&e<=90}function m(e){return p(e)||e===95}function ee(e){return p(e)||f(e)||e===95}var h=e((()=>{}));function g(e){let t=2**53-1,n=null,r=-1;for(let i=0;i<e.length;++i){let a=e[i],o=_(a);o!==a.length&&(n??=i,r=i,i!==0&&o<t&&(t=o))}return e.map((e,n)=>n===0?e:e.slice(t)).slice(n??0,r+1)}function _(e){let t=0;for(;t<e.length&&d(e.charCodeAt(t));)++t;return t}function v(e){if(e===``)return!0;let t=!0,n=!1,r=!0,i=!1;for(let a=0;a<e.length;++a)switch(e.codePointAt(a)){case 0:case 1:case 2:case 3:case 4:case 5:case 6:case 7:case 8:case 11:case 12:case 14:case 15:return!1;case 13:return!1;case 10:if(t&&!i)return!1;i=!0,t=!0,n=!1;break;case 9:case 32:n||=t;break;default:r&&=n,t=!1}return!(t||r&&i)}function y(e,t){let n=e.replace(/"""/g,`\\"""`),r=n.split(/\r\n|[\n\r]/g),i=r.length===1,a=r.length>1&&r.slice(1).every(e=>e.length===0||d(e.charCodeAt(0))),o=n.endsWith(`\\"""`),s=e.endsWith(`"`)&&!o,c=e.endsWith(`\\`),l=s||c,u=!(t!=null&&t.minimize)&&(!i||e.length>70||l||a||o),f=``,p=i&&d(e.charCodeAt(0));return(u&&!p||a)&&(f+=`
`),f+=n,(u||l)&&(f+=`
`),`"""`+f+`"""`}var b=e((()=>{h()}));function x(e){return S(e,[])}function S(e,t){switch(typeof e){case`string`:return JSON.stringify(e);case`function`:return e.name?`[function ${e.name}]`:`[function]`;case`object`:return C(e,t);default:return String(e)}}function C(e,t){if(e===null)return`null`;if(t.includes(e))return`[Circular]`;let n=[...t,e];if(w(e)){let t=e.toJSON();if(t!==e)return typeof t==`string`?t:S(t,n)}else if(Array.isArray(e))return E(e,n);return T(e,n)}function w(e){return typeof e.toJSON==`function`}function T(e,t){let n=Object.entries(e);return n.length===0?`{}`:t.length>k?`[`+D(e)+`]`:`{ `+n.map(([e,n])=>e+`: `+S(n,t)).join(`, `)+` }`}function E(e,t){if(e.length===0)return`[]`;if(t.length>k)return`[Array]`;let n=Math.min(O,e.length),r=e.length-n,i=[];for(let r=0;r<n;++r)i.push(S(e[r],t));return r===1?i.push(`... 1 more item`):r>1&&i.push(`... ${r} more items`),`[`+i.join(`, `)+`]`}function D(e){let t=Object.prototype.toString.call(e).replace(/^\[object /,``).replace(/]$/,``);if(t===`Object`&&typeof e.constructor==`function`){let t=e.constructor.name;if(typeof t==`string`&&t!==``)return t}return t}var O,k,A=e((()=>{O=10,k=2}));function j(e){return`"${e.replace(M,te)}"`}function te(e){return N[e.charCodeAt(0)]}var M,N,P=e((()=>{M=/[\x00-\x1f\x22\x5c\x7f-\x9f]/g,N=`\\u0000.\\u0001.\\u0002.\\u0003.\\u0004.\\u0005.\\u0006.\\u0007.\\b.\\t.\\n.\\u000B.\\f.\\r.\\u000E.\\u000F.\\u0010.\\u0011.\\u0012.\\u0013.\\u0014.\\u0015.\\u0016.\\u0017.\\u0018.\\u0019.\\u001A.\\u001B.\\u001C.\\u001D.\\u001E.\\u001F...\\"..........................................................\\\\...................................\\u007F.\\u0080.\\u0081.\\u0082.\\u0083.\\u0084.\\u0085.\\u0086.\\u0087.\\u0088.\\u0089.\\u008A.\\u008B.\\u008C.\\u008D.\\u008E.\\u008F.\\u0090.\\u0091.\\u0092.\\u0093.\\u0094.\\u0095.\\u0096.\\u0097.\\u0098.\\u0099.\\u009A.\\u009B.\\u009C.\\u009D.\\u009E.\\u009F`.split(`.`)}));function F(e,t){let n=[],r={parent:[e],keys:void 0,results:[],index:-1},i;do{let e;r.index++;let o=r.keys===void 0?r.parent.length:r.keys.length;if(r.index===o)i=r.results,e=r.keys===void 0?void 0:r.results.kind,r=n.pop();else{if(i=r.keys===void 0?r.parent[r.index]:r.parent[r.keys[r.index]],i==null&&n.length!==0)continue;if(Array.isArray(i)){if(i.length!==0){n.push(r),r={parent:i,keys:void 0,results:[],index:-1};continue}}else{let t=i;e=t?.kind;let o=typeof e==`string`?a[e]:void 0;if(!Array.isArray(o))throw Error(`Invalid AST Node: ${x(i)}.`);if(o.length!==0){n.push(r),r={parent:t,keys:o,results:{...t},index:-1};continue}}}if(e!==void 0){let n=t[e];i=n?.(i)}r.keys===void 0?r.results.push(i):r.results[r.keys[r.index]]=i}while(n.length!==0);return i}var I=e((()=>{A(),c()})),L=t({print:()=>R,printForError:()=>z});function R(e,t){return B(F(e,X),t?.maxIndentDepth??1/0)}function z(e){return R(e,{maxIndentDepth:100})}function B(e,t){let n=``,r=``,i=0,a=``,o=e;for(;o!==void 0;){let e=o.lines;if(o.indentBefore&&(i<t&&(a+=`  `,r+=`  `),i++),typeof e==`string`)r+=e;else{r+=e[0];let s=!o.isBlockString&&i>=t?` `:`
`+a;for(let t=1;t<e.length;t++)n+=r,r=s+e[t]}o.dedentAfter&&(i--,a=a.slice(0,i*2)),o=o.next}return n+r}function V(e,t=``){if(e==null||e.length===0)return Y;let n=Y;for(let r of e)r!==void 0&&r.length!==0&&(n.length===0?n=typeof r==`string`?new J(r):r:(t!==``&&n.append(t),n.append(r)));return n}function H(e,t){let n=0;for(let r of e)r.length!==0&&(n+=(n===0?0:t.length)+r.length);return n}function U(e){return W(`{
`,V(e,`
`).indent(),`
}`)}function W(e,t,n=``){return t!=null&&t.length!==0?e===``?t.append(n):new J(e).append(t).append(n):Y}function G(e){return e?.some(e=>e.newlines!==0)??!1}function K(e,t){return t==null||t.length===0?e:V([e,e.length+H(t,`, `)+2>q?W(`(
`,V(t,`
`).indent(),`
)`):W(`(`,V(t,`, `),`)`)])}var q,J,Y,X,Z=e((()=>{b(),P(),I(),q=80,J=class e{next=void 0;tail=this;indentBefore=!1;dedentAfter=!1;constructor(e=``,t=!1){this.length=e.length,this.lines=e.includes(`
`)?e.split(`
`):e,this.newlines=typeof this.lines==`string`?0:this.lines.length-1,this.isBlockString=t}append(t){if(t.length===0)return this;let n=typeof t==`string`?new e(t):t;return this.tail.next=n,this.tail=n.tail,this.length+=n.length,this.newlines+=n.newlines,this}indent(){return this.length===0||(this.indentBefore=!0,this.tail.dedentAfter=!0,this.length+=2*(this.newlines+1)),this}},Y=new J,X={Name:e=>new J(e.value),Variable:e=>V([`$`,e.name]),Document:e=>V(e.definitions,`

`),OperationDefinition(e){let t=G(e.variableDefinitions)?W(`(
`,V(e.variableDefinitions,`
`),`
)`):W(`(`,V(e.variableDefinitions,`, `),`)`),n=V([W(``,e.description,`
`),V([e.operation,V([e.name,t]),V(e.directives,` `)],` `)]);return V([e.operation===`query`&&n.length===e.operation.length?``:V([n,` `]),e.selectionSet])},VariableDefinition:({variable:e,type:t,defaultValue:n,directives:r,description:i})=>V([W(``,i,`
`),e,`: `,t,W(` = `,n),W(` `,V(r,` `))]),SelectionSet:({selections:e})=>U(e),Field({alias:e,name:t,arguments:n,directives:r,selectionSet:i}){return V([K(V([W(``,e,`: `),t],``),n),W(` `,V(r,` `)),W(` `,i)])},Argument:({name:e,value:t})=>V([e,`: `,t]),FragmentSpread:({name:e,directives:t})=>V([`...`,e,W(` `,V(t,` `))]),InlineFragment:({typeCondition:e,directives:t,selectionSet:n})=>V([`...`,W(`on `,e),V(t,` `),n],` `),FragmentDefinition:({name:e,typeCondition:t,variableDefinitions:n,directives:r,selectionSet:i,description:a})=>V([W(``,a,`
`),`fragment `,e,W(`(`,V(n,`, `),`)`),` on `,t,` `,W(``,V(r,` `),` `),i]),IntValue:({value:e})=>new J(e),FloatValue:({value:e})=>new J(e),StringValue:({value:e,block:t})=>new J(t===!0?y(e):j(e),t===!0),BooleanValue:({value:e})=>new J(e?`true`:`false`),NullValue:()=>new J(`null`),EnumValue:({value:e})=>new J(e),ListValue:({values:e})=>V([`[`,V(e,`, `),`]`]),ObjectValue:({fields:e})=>V([`{`,V(e,`, `),`}`]),ObjectField:({name:e,value:t})=>V([e,`: `,t]),Directive:({name:e,arguments:t})=>V([`@`,e,W(`(`,V(t,`, `),`)`)]),NamedType:({name:e})=>e,ListType:({type:e})=>V([`[`,e,`]`]),NonNullType:({type:e})=>V([e,`!`]),SchemaDefinition:({description:e,directives:t,operationTypes:n})=>V([W(``,e,`
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
)`):W(`(`,V(n,`, `),`)`),W(` `,V(r,` `)),i?` repeatable`:``,` on `,V(a,` | `)]),SchemaExtension:({directives:e,operationTypes:t})=>V([`extend schema`,V(e,` `),U(t)],` `),ScalarTypeExtension:({name:e,directives:t})=>V([`extend scalar`,e,V(t,` `)],` `),ObjectTypeExtension:({name:e,interfaces:t,directives:n,fields:r})=>V([`extend type`,e,W(`implements `,V(t,` & `)),V(n,` `),U(r)],` `),InterfaceTypeExtension:({name:e,interfaces:t,directives:n,fields:r})=>V([`extend interface`,e,W(`implements `,V(t,` & `)),V(n,` `),U(r)],` `),UnionTypeExtension:({name:e,directives:t,types:n})=>V([`extend union`,e,V(t,` `),W(`= `,V(n,` | `))],` `),EnumTypeExtension:({name:e,directives:t,values:n})=>V([`extend enum`,e,V(t,` `),U(n)],` `),InputObjectTypeExtension:({name:e,directives:t,fields:n})=>V([`extend input`,e,V(t,` `),U(n)],` `),DirectiveExtension:({name:e,directives:t})=>V([V([`extend directive @`,e]),V(t,` `)],` `),TypeCoordinate:({name:e})=>e,MemberCoordinate:({name:e,memberName:t})=>V([e,W(`.`,t)]),ArgumentCoordinate:({name:e,fieldName:t,argumentName:n})=>V([e,W(`.`,t),W(`(`,n,`:)`)]),DirectiveCoordinate:({name:e})=>V([`@`,e]),DirectiveArgumentCoordinate:({name:e,argumentName:t})=>V([`@`,e,W(`(`,t,`:)`)])}})),Q=`# All APIs, and all their stages
# restApis asks AWS, for APIs without a stage too; the stages are from the inventory, and targets says how complete it is.
query AllStages {
  restApis(first: 100) {
    nodes {
      restApiId
      name
    }
    pageInfo {
      hasNextPage
    }
  }
  stageInventory(first: 100) {
    totalCount
    nodes {
      restApi {
        name
      }
      restApiId
      stageName
      deploymentId
      canarySettings {
        percentTraffic
      }
      lastUpdatedDate
      observedAt
    }
    targets {
      account
      region
      restApis
      complete
      oldest
    }
  }
}
`,ne=`# Which stages have no access log
# The filter takes more: names, tags, findings, drift, canaries, dates.
query WithoutAccessLog($where: StageInventoryFilter) {
  stageInventory(where: $where) {
    totalCount
    nodes {
      restApiId
      stageName
      lastUpdatedDate
    }
  }
}
`,re=`# What is live on a stage
# The stage's deployment, its canary's share, and which methods are throttled apart.
query WhatIsLive($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) {
    stageName
    description
    lastUpdatedDate
    revision
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
`,ie=`# Compare it with another stage
# What differs, by part. Before: the other stage's value; after: this one's.
query Compare($restApiId: ID!, $stageName: String!, $other: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) {
    differencesFrom(stageName: $other) {
      part
      kind
      path
      before
      after
    }
  }
}
`,ae=`# Which methods are unthrottled
# The methods that the stage serves, each with the throttle that applies to it.
query UnthrottledMethods($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) {
    methods {
      httpMethod
      resourcePath
      effectiveSetting {
        source
        throttlingRateLimit
        throttlingBurstLimit
      }
    }
  }
}
`,oe=`# What is wrong with it
# From missing logs to settings without effect. fix is what patchStage takes to end a finding.
query Findings($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) {
    findings {
      code
      message
      fix {
        op
        path
        value
      }
    }
  }
}
`,se=`# Record a baseline
# The stage as it is now becomes what drift is measured against. The stage itself stays as it is.
mutation RecordBaseline($input: RecordStageBaselineInput!) {
  recordStageBaseline(input: $input) {
    stage {
      drift {
        since
      }
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,ce=`# Throttle a method: look first
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
  }
}
`,le=`# Throttle a method: do it
# The same without dryRun. What the settings do not name keeps its effect.
mutation Throttle($input: SetMethodSettingInput!) {
  setMethodSetting(input: $input) {
    stage {
      revision
      methodSetting(resourcePath: "/pets", httpMethod: GET) {
        throttlingRateLimit
        throttlingBurstLimit
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
`,ue=`# What drifts
# The stages that differ from their baseline, and in what.
query Drift($where: StageInventoryFilter) {
  stageInventory(where: $where) {
    nodes {
      restApiId
      stageName
      drift {
        since
        changes {
          path
          before
          after
        }
      }
    }
  }
}
`,de=`# Who changed it
# The changes of the stage, newest first. revisionBefore is what a change is reverted to.
query History($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) {
    history(first: 10) {
      nodes {
        at
        source
        by
        client
        mutation
        changes {
          path
          before
          after
        }
        revisionBefore
      }
    }
  }
}
`,fe=`# Revert the last change
# toRevision is the revisionBefore of a change: here of the throttle, if nothing came before it.
mutation Revert($input: RevertStageInput!) {
  revertStage(input: $input) {
    changes {
      path
      before
      after
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
`,pe=`# Start a canary
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
`,me=`# What promoting it would change
# The methods that the canary's deployment adds, removes and changes, and whether it is the older one.
query PromotionChanges($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) {
    deployment {
      deploymentId
      createdDate
    }
    canarySettings {
      percentTraffic
      deployment {
        deploymentId
        createdDate
      }
      stageVariableOverrides {
        name
        value
      }
      differences {
        isOlder
        added {
          httpMethod
          resourcePath
        }
        removed {
          httpMethod
          resourcePath
        }
        changed {
          before {
            httpMethod
            resourcePath
            authorizationType
            apiKeyRequired
          }
          after {
            authorizationType
            apiKeyRequired
          }
        }
      }
    }
  }
}
`,he=`# Widen the canary
# Only what you give changes: deployment and overrides stay.
mutation WidenCanary($input: SetCanarySettingsInput!) {
  setCanarySettings(input: $input) {
    stage {
      deploymentId
      canarySettings {
        percentTraffic
        deploymentId
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
`,ge=`# Promote the canary
# Its deployment and its overrides become the stage's own. It stays, at 0 %, for the next one.
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
`,_e=`# Remove the canary
# Also the way to abandon one: all traffic goes back to the stage's own deployment.
mutation RemoveCanary($input: RemoveCanaryInput!) {
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
`,ve=`{
  "where": {
    "hasAccessLog": false
  }
}
`,ye=`{
  "restApiId": "petstore01",
  "stageName": "staging"
}
`,be=`{
  "restApiId": "petstore01",
  "stageName": "staging",
  "other": "prod"
}
`,xe=`{
  "restApiId": "petstore01",
  "stageName": "staging"
}
`,Se=`{
  "restApiId": "petstore01",
  "stageName": "staging"
}
`,Ce=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "staging"
  }
}
`,we=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "staging",
    "resourcePath": "/pets",
    "httpMethod": "GET",
    "settings": {
      "throttlingRateLimit": 25,
      "throttlingBurstLimit": 10
    },
    "dryRun": true
  }
}
`,Te=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "staging",
    "resourcePath": "/pets",
    "httpMethod": "GET",
    "settings": {
      "throttlingRateLimit": 25,
      "throttlingBurstLimit": 10
    }
  }
}
`,Ee=`{
  "where": {
    "hasDrift": true
  }
}
`,De=`{
  "restApiId": "petstore01",
  "stageName": "staging"
}
`,$=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "staging",
    "toRevision": "dWLhFnIN57sTVSy2rWXbbW",
    "parts": ["METHOD_SETTINGS"]
  }
}
`,Oe=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "staging",
    "deploymentId": "dep003",
    "percentTraffic": 5,
    "setVariableOverrides": [
      {
        "name": "table",
        "value": "pets-new"
      }
    ]
  }
}
`,ke=`{
  "restApiId": "petstore01",
  "stageName": "staging"
}
`,Ae=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "staging",
    "percentTraffic": 50
  }
}
`,je=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "staging"
  }
}
`,Me=`{
  "input": {
    "restApiId": "petstore01",
    "stageName": "staging"
  }
}
`,Ne=Object.assign({"../examples/operations/01-all-stages.graphql":Q,"../examples/operations/02-no-access-log.graphql":ne,"../examples/operations/03-what-is-live.graphql":re,"../examples/operations/04-compare-with-another-stage.graphql":ie,"../examples/operations/05-unthrottled-methods.graphql":ae,"../examples/operations/06-findings.graphql":oe,"../examples/operations/07-record-a-baseline.graphql":se,"../examples/operations/08-throttle-a-method-dry-run.graphql":ce,"../examples/operations/09-throttle-a-method.graphql":le,"../examples/operations/10-what-drifts.graphql":ue,"../examples/operations/11-history.graphql":de,"../examples/operations/12-revert-the-last-change.graphql":fe,"../examples/operations/13-start-a-canary.graphql":pe,"../examples/operations/14-what-a-promotion-changes.graphql":me,"../examples/operations/15-widen-the-canary.graphql":he,"../examples/operations/16-promote-the-canary.graphql":ge,"../examples/operations/17-remove-the-canary.graphql":_e}),Pe=Object.assign({"../examples/operations/01-all-stages.json":`{}
`,"../examples/operations/02-no-access-log.json":ve,"../examples/operations/03-what-is-live.json":ye,"../examples/operations/04-compare-with-another-stage.json":be,"../examples/operations/05-unthrottled-methods.json":xe,"../examples/operations/06-findings.json":Se,"../examples/operations/07-record-a-baseline.json":Ce,"../examples/operations/08-throttle-a-method-dry-run.json":we,"../examples/operations/09-throttle-a-method.json":Te,"../examples/operations/10-what-drifts.json":Ee,"../examples/operations/11-history.json":De,"../examples/operations/12-revert-the-last-change.json":$,"../examples/operations/13-start-a-canary.json":Oe,"../examples/operations/14-what-a-promotion-changes.json":ke,"../examples/operations/15-widen-the-canary.json":Ae,"../examples/operations/16-promote-the-canary.json":je,"../examples/operations/17-remove-the-canary.json":Me}),Fe=Object.entries(Ne).sort(([e],[t])=>e<t?-1:1).map(([e,t])=>{let[,n=``,r=``,i=t]=/^# (.*)\n# (.*)\n([^]*)$/.exec(t)??[],a=JSON.parse(Pe[e.replace(/graphql$/,`json`)]??`{}`);return{title:n,hint:r,document:i,variables:JSON.stringify(a,null,2)}});export{n as S,r as _,L as a,i as b,g as c,h as d,f,u as g,l as h,z as i,b as l,m,Z as n,A as o,ee as p,R as r,x as s,Fe as t,v as u,s as v,c as x,a as y};